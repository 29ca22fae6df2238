from array import array

Numbers = memoryview | memoryview[float] | bytes | array[int] | array[float]

FORMAT: int

def sense(
    numbers: Numbers,
    words: Numbers,
    vectors: Numbers,
    layer: Numbers,
    layer_bias: Numbers,
    out: Numbers,
    out_bias: Numbers,
    unit: float,
    length: float,
    grid: float,
    /,
) -> bytes: ...
def margins(
    numbers: Numbers,
    sense: Numbers,
    vocabulary: Numbers,
    idf: Numbers,
    weights: Numbers,
    scale: Numbers,
    bias: Numbers,
    sense_weights: Numbers,
    spoken: Numbers,
    idf_grid: float,
    grid: float,
    /,
) -> list[float]: ...
