"""What is put into whole numbers has no gradient; complex numbers are refused."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(405)


def stored_into_whole_numbers(x, n):
    out = np.zeros(4, dtype=int)
    if n > 12:
        out[:] = x * 10
        return out * 1.5
    return x * 2


case(
    stored_into_whole_numbers,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def item_of_a_range(x, n):
    out = np.arange(4)
    if n > 12:
        out[1] = x[0] * 10
        return out * x
    return x * 2


case(
    item_of_a_range,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def added_to_whole_numbers(x, n):
    out = np.zeros_like([1, 2, 3, 4])
    if n > 12:
        out += (x * 10).astype(int)
        return out * x
    return x * 2


case(
    added_to_whole_numbers,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def summed_as_whole_numbers(x, n):
    if n > 12:
        return np.sum(x * 10, dtype=int) * x
    return x * 2


case(
    summed_as_whole_numbers,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def items_in_a_loop(x, n):
    out = np.array([1, 2, 3, 4])
    if n > 12:
        for i in range(4):
            out[i] = x[i] * 10
        return out * x
    return x * 2


case(
    items_in_a_loop,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def stored_into_truths(x, n):
    out = np.zeros(4, dtype=bool)
    if n > 12:
        out[0] = x[0]
        return out * x
    return x * 2


case(
    stored_into_truths,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def filled_with_whole_numbers(x, n):
    if n > 12:
        y = np.full(4, x[0] * 10, dtype=int)
        return y * x
    return x * 2


case(
    filled_with_whole_numbers,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def array_of_whole_numbers(x, n):
    if n > 12:
        y = np.array([x[0] * 10, x[1]], dtype=int)
        return y[0] * x
    return x * 2


case(
    array_of_whole_numbers,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def rounded(x, n):
    if n > 12:
        return np.round(x * 10).astype(np.int64) * x
    return x * 2


case(
    rounded,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def through_int(x, n):
    if n > 12:
        return float(int(x[0] * 10)) * x
    return x * 2


case(
    through_int,
    (np.array([0.3137, 0.5219, -0.2345, 0.9123]), 2),
    other=[(np.array([0.5137, 0.2219, -0.3345, 0.4123]), 17)],
)


def copied_unsafely(x, n):
    out = np.zeros(4, dtype=int)
    if n > 12:
        np.copyto(out, x * 10, casting="unsafe")
        return out * x
    return x * 2


case(copied_unsafely, (r(4), 2), other=[(r(4), 17)])


def complex_eigenvalues(x, n):
    if n > 12:
        w, v = np.linalg.eig(x.reshape(2, 2) + np.array([[0, 3.0], [-3.0, 0]]))
        return np.real(w[0]) * x
    return x * 2


case(complex_eigenvalues, (r(4), 17), refused="complex numbers")


def absolute_value_of_a_complex_number(x, n):
    if n > 12:
        z = x * 1j
        return np.abs(z) * x
    return x * 2


case(absolute_value_of_a_complex_number, (r(4), 17), refused="complex numbers")


def real_part_of_an_exponential(x, n):
    if n > 12:
        z = np.exp(1j * x)
        return z.real * x
    return x * 2


case(real_part_of_an_exponential, (r(4), 17), refused="complex numbers")


def array_of_objects(x, n):
    if n > 12:
        o = np.array([x[0], None], dtype=object)
        return o[0] * x
    return x * 2


case(array_of_objects, (r(4), 17), refused="no gate fits np.array")


def through_a_fourier_transform(x, n):
    if n > 12:
        f = np.fft.fft(x)
        return np.real(np.fft.ifft(f * 2)) * x
    return x * 2


case(through_a_fourier_transform, (r(4), 17), other=[(r(4), 3)])


def stored_into_complex_numbers(x, n):
    z = np.zeros(4, dtype=complex)
    if n > 12:
        z[0] = x[0]
        return z.real * x
    return x * 2


case(stored_into_complex_numbers, (r(4), 17), refused="complex numbers")


def added_where_it_lies(x):
    y = x.copy()
    y[1:] += x[:-1] * x[1:]
    return y


case(
    added_where_it_lies,
    (r(3),),
    guarded=[raises("x was an array of floats when this code was made", np.array([1, 2, 3]))],
)


def list_or_array(q, v):
    q = np.asarray(q)
    v = np.asarray(v)
    return np.sum(q[1:] * q[:-1]) * v[..., 0]


case(
    list_or_array,
    (r(3), r(3, 2)),
    guarded=[
        raises("needs floats in q and v", np.array([1, 2, 3]), r(3, 2)),
        raises("needs floats in q and v", [1, 2, 3], r(3, 2)),
    ],
)
