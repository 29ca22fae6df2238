from array import array

Buffer = memoryview | memoryview[float] | bytes | array[int] | array[float]

BUILD: int

def sense(
    numbers: Buffer,
    words: Buffer,
    vectors: Buffer,
    layer: Buffer,
    layer_bias: Buffer,
    out: Buffer,
    out_bias: Buffer,
    unit: float,
    length: float,
    grid: float,
    /,
) -> bytes: ...
def margins(
    numbers: Buffer,
    sense: Buffer,
    vocabulary: Buffer,
    idf: Buffer,
    weights: Buffer,
    scale: Buffer,
    bias: Buffer,
    sense_weights: Buffer,
    spoken: Buffer,
    idf_grid: float,
    grid: float,
    /,
) -> list[float]: ...
