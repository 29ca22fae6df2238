/* The long sums over learned numbers: the sense of some words, and how much their pieces speak for each class.

   skill/sums.py says what goes in and what comes out, and skill/sums_numpy.py does the same where this file was not
   compiled. Whole numbers are added, so no order of additions changes a result; the few sums of fractions go row by
   row, and no product is contracted into them (-ffp-contract=off). So every machine gives the same, bit for bit.

   Nothing is kept from one call to the next. The sizes of all buffers are compared before anything is read, and what
   does not fit raises ValueError. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error "this machine rounds in its own way, so numpy makes the sums here"
#endif

/* One build for all x86 machines, which takes twice as many numbers at a time where the machine can. */
#if defined(__x86_64__) && defined(__GNUC__) && defined(__GLIBC__)
#define ON_EVERY_MACHINE __attribute__((target_clones("avx2", "default")))
#else
#define ON_EVERY_MACHINE
#endif

/* Goes up with every change in this file, so that skill/sums.py knows an older build. */
#define BUILD 2

/* How far around its likely place a number is looked for first. */
#define NEAR 512

/* A buffer of so many items of one size. */
typedef struct {
    Py_buffer view;
    Py_ssize_t count;
} Items;

/* Takes hold of the buffers, whose items have these sizes; whatever comes of it, `give_back` follows. */
static int take(Items *items, PyObject **from, const Py_ssize_t *sizes, int count)
{
    memset(items, 0, (size_t)count * sizeof *items);
    for (int place = 0; place < count; place++) {
        Py_buffer *view = &items[place].view;
        if (PyObject_GetBuffer(from[place], view, PyBUF_SIMPLE))
            return 0;
        items[place].count = view->len / sizes[place];
        if (view->len % sizes[place] || (view->len && (uintptr_t)view->buf % sizes[place])) {
            PyErr_SetString(PyExc_ValueError, "a buffer of learned numbers is cut short or does not lie as it should");
            return 0;
        }
    }
    return 1;
}

static void give_back(Items *items, int count)
{
    for (int place = 0; place < count; place++)
        if (items[place].view.obj)
            PyBuffer_Release(&items[place].view);
}

/* Where a number stands among sorted ones; `count` when it does not. They are as good as evenly spread (CRC-32), so it
   is looked for near where it should be. The halving has no branch that a processor could guess wrongly. */
static Py_ssize_t place_of(const uint32_t *sorted, Py_ssize_t count, uint32_t number)
{
    const Py_ssize_t likely = (Py_ssize_t)(((uint64_t)number * (uint64_t)count) >> 32);
    Py_ssize_t low = likely > NEAR ? likely - NEAR : 0, high = likely + NEAR < count ? likely + NEAR : count;
    if (low && sorted[low - 1] >= number)
        low = 0;
    if (high < count && sorted[high] < number)
        high = count;
    const uint32_t *from = sorted + low;
    for (Py_ssize_t left = high - low; left > 0;) {
        const Py_ssize_t half = (left + 1) / 2;
        from += from[half - 1] < number ? half : 0;
        left -= half;
    }
    return from < sorted + count && *from == number ? from - sorted : count;
}

/* The mean (rounded) and the maximum of each hidden unit over the words; `rows` holds a row of zeros at both ends. */
ON_EVERY_MACHINE
static void pool(const int16_t *rows, Py_ssize_t words, Py_ssize_t width, const int16_t *layer, const int32_t *bias,
                 Py_ssize_t hidden, double *pooled)
{
    for (Py_ssize_t unit = 0; unit < hidden; unit++) {
        const int16_t *weights = layer + unit * 3 * width;
        int64_t sum = 0;
        int32_t most = 0;
        for (Py_ssize_t word = 0; word < words; word++) {
            const int16_t *three = rows + word * width;
            int32_t found = 0;
            for (Py_ssize_t each = 0; each < 3 * width; each++)
                found += (int32_t)three[each] * weights[each];
            found += bias[unit];
            if (found > 0) {
                sum += found;
                if (found > most)
                    most = found;
            }
        }
        pooled[unit] = rint((double)sum / (double)words);
        pooled[hidden + unit] = most;
    }
}

/* Adds to each number of the sense what the pooled units have for it. */
ON_EVERY_MACHINE
static void spread(const double *pooled, Py_ssize_t count, const int16_t *out, Py_ssize_t size, double *raw)
{
    for (Py_ssize_t row = 0; row < count; row++) {
        const double value = pooled[row];
        const int16_t *weights = out + row * size;
        if (value != 0)
            for (Py_ssize_t each = 0; each < size; each++)
                raw[each] += value * weights[each];
    }
}

PyDoc_STRVAR(sense_doc,
             "sense(numbers, words, vectors, layer, layer_bias, out, out_bias, unit, length, grid) -> bytes\n\n"
             "The sense of some words, as doubles; `layer` has a row for each hidden unit, unlike the one in a file.");

static PyObject *sense(PyObject *self, PyObject *args)
{
    PyObject *given[7], *answer = NULL;
    Items items[7];
    double unit, length, grid, squares = 0;
    int16_t *rows = NULL;
    double *pooled = NULL, *raw;
    static const Py_ssize_t sizes[7] = {4, 4, 1, 2, 4, 2, 8};

    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOddd", &given[0], &given[1], &given[2], &given[3], &given[4], &given[5],
                          &given[6], &unit, &length, &grid))
        return NULL;
    if (!take(items, given, sizes, 7))
        goto done;

    const Py_ssize_t count = items[0].count, known = items[1].count, hidden = items[4].count, size = items[6].count;
    const Py_ssize_t width = known ? items[2].count / known : 0;
    if (!known || !hidden || !size || items[2].count != known * width || items[3].count != hidden * 3 * width
        || items[5].count != 2 * hidden * size) {
        PyErr_SetString(PyExc_ValueError, "the sizes of the network's layers do not fit each other");
        goto done;
    }
    const uint32_t *numbers = items[0].view.buf;
    const int8_t *vectors = items[2].view.buf;
    rows = calloc((size_t)(count + 2) * width, sizeof *rows);
    pooled = calloc((size_t)(2 * hidden + size), sizeof *pooled);
    if (!rows || !pooled) {
        PyErr_NoMemory();
        goto done;
    }
    raw = pooled + 2 * hidden;

    Py_ssize_t words = 0;
    for (Py_ssize_t each = 0; each < count; each++) {
        const Py_ssize_t place = place_of(items[1].view.buf, known, numbers[each]);
        if (place == known)
            continue;
        words++;
        for (Py_ssize_t part = 0; part < width; part++)
            rows[words * width + part] = vectors[place * width + part];
    }
    if (words) {
        pool(rows, words, width, items[3].view.buf, items[4].view.buf, hidden, pooled);
        const int64_t *bias = items[6].view.buf;
        spread(pooled, 2 * hidden, items[5].view.buf, size, raw);
        for (Py_ssize_t each = 0; each < size; each++) {
            raw[each] = rint((raw[each] + (double)bias[each]) / unit);
            squares += raw[each] * raw[each];
        }
        const double scale = length * grid / (squares > 1 ? sqrt(squares) : 1);
        for (Py_ssize_t each = 0; each < size; each++)
            raw[each] = rint(raw[each] * scale) / grid;
    }
    answer = PyBytes_FromStringAndSize((const char *)raw, size * (Py_ssize_t)sizeof *raw);

done:
    free(rows);
    free(pooled);
    give_back(items, 7);
    return answer;
}

static int in_order(const void *one, const void *other)
{
    const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

/* A piece's value is 4096 at most and all values together have that length, so 32 bits hold any utterance's sum. */
ON_EVERY_MACHINE
static void add_whole(int32_t *sums, const int8_t *row, int32_t value, Py_ssize_t count)
{
    for (Py_ssize_t each = 0; each < count; each++)
        sums[each] += value * row[each];
}

ON_EVERY_MACHINE
static void add_parts(double *sums, const float *row, double value, Py_ssize_t count)
{
    for (Py_ssize_t each = 0; each < count; each++)
        sums[each] += value * (double)row[each];
}

PyDoc_STRVAR(margins_doc,
             "margins(numbers, sense, vocabulary, idf, weights, scale, bias, sense_weights, spoken, idf_grid, grid)"
             " -> list\n\n"
             "A float for each class: how much the pieces and the sense of some words speak for it.");

static PyObject *margins(PyObject *self, PyObject *args)
{
    PyObject *given[9], *answer = NULL;
    Items items[9];
    double idf_grid, grid, length = 0;
    uint32_t *numbers = NULL;
    Py_ssize_t *places = NULL;
    double *values = NULL, *found = NULL;
    int32_t *sums = NULL;
    static const Py_ssize_t sizes[9] = {4, 8, 4, 1, 1, 4, 4, 4, 8};

    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOOdd", &given[0], &given[1], &given[2], &given[3], &given[4], &given[5],
                          &given[6], &given[7], &given[8], &idf_grid, &grid))
        return NULL;
    if (!take(items, given, sizes, 9))
        goto done;

    const Py_ssize_t count = items[0].count, senses = items[1].count, known = items[2].count, classes = items[6].count;
    if (!classes || items[3].count != known || items[4].count != known * classes || items[5].count != classes
        || items[7].count != senses * classes || items[8].count < 2) {
        PyErr_SetString(PyExc_ValueError, "the sizes of the learned arrays do not fit each other");
        goto done;
    }
    numbers = malloc((size_t)(count + 1) * sizeof *numbers);
    places = malloc((size_t)(count + 1) * sizeof *places);
    values = malloc((size_t)(count + 1) * sizeof *values);
    found = calloc((size_t)classes, sizeof *found);
    sums = calloc((size_t)classes, sizeof *sums);
    if (!numbers || !places || !values || !found || !sums) {
        PyErr_NoMemory();
        goto done;
    }

    const float *scale = items[5].view.buf, *bias = items[6].view.buf, *sense_weights = items[7].view.buf;
    const double *sensed = items[1].view.buf, *spoken = items[8].view.buf;
    const uint8_t *idf = items[3].view.buf;
    const int8_t *weights = items[4].view.buf;

    memcpy(numbers, items[0].view.buf, (size_t)count * sizeof *numbers);
    qsort(numbers, (size_t)count, sizeof *numbers, in_order);
    Py_ssize_t pieces = 0;
    for (Py_ssize_t each = 0, times; each < count; each += times) {
        for (times = 1; each + times < count && numbers[each + times] == numbers[each]; times++)
            ;
        const Py_ssize_t place = place_of(items[2].view.buf, known, numbers[each]);
        if (place == known)
            continue;
        places[pieces] = place;
        values[pieces] = spoken[times < items[8].count ? times : items[8].count - 1] * (idf[place] / idf_grid);
        const double whole = rint(values[pieces] * 100);
        length += whole * whole;
        pieces++;
    }
    length = sqrt(length) / 100;
    if (length < 1e-9)
        length = 1e-9;
    for (Py_ssize_t piece = 0; piece < pieces; piece++)
        add_whole(sums, weights + places[piece] * classes, (int32_t)rint(values[piece] / length * grid), classes);

    for (Py_ssize_t row = 0; row < senses; row++)
        add_parts(found, sense_weights + row * classes, sensed[row], classes);
    answer = PyList_New(classes);
    for (Py_ssize_t each = 0; answer && each < classes; each++) {
        const double margin = (double)bias[each] + found[each];
        PyObject *number = PyFloat_FromDouble(margin + (double)sums[each] / grid * (double)scale[each]);
        if (!number || PyList_SetItem(answer, each, number))
            Py_CLEAR(answer);
    }

done:
    free(numbers);
    free(places);
    free(values);
    free(found);
    free(sums);
    give_back(items, 9);
    return answer;
}

static PyMethodDef methods[] = {
    {"sense", sense, METH_VARARGS, sense_doc},
    {"margins", margins, METH_VARARGS, margins_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_sums", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__sums(void)
{
    PyObject *made = PyModule_Create(&module);
    if (made && PyModule_AddIntConstant(made, "BUILD", BUILD))
        Py_CLEAR(made);
    return made;
}
