"""Band averages that two instruments agree on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdlab.analysis import MissingDataError, band_weights


@given(n=st.integers(2, 300), low=st.floats(500.0, 590.0), width=st.floats(1.0, 80.0), reverse=st.booleans())
def test_band_average_of_a_straight_line_is_its_middle(n, low, width, reverse):
    nm = np.linspace(480.0, 700.0, n)[:: -1 if reverse else 1]
    weights = band_weights(nm, (low, low + width))
    assert weights.sum() == pytest.approx(1.0)
    assert (2.0 * nm - 7.0) @ weights == pytest.approx(2.0 * (low + width / 2.0) - 7.0)


def test_two_samplings_agree_on_the_side_of_a_line():
    averages = []
    for n in (400, 433, 1024):
        nm = np.linspace(480.0, 700.0, n)
        averages.append(np.exp(-(((nm - 616.0) / 9.0) ** 2) / 2.0) @ band_weights(nm, (606.0, 630.0)))
    assert np.ptp(averages) < 5e-4 * averages[0]


@pytest.mark.parametrize("window", [(470.0, 500.0), (690.0, 701.0)])
def test_a_window_that_is_not_covered_is_told(window):
    with pytest.raises(MissingDataError, match="is not covered: there is 480 to 700 nm"):
        band_weights(np.linspace(480.0, 700.0, 50), window)


def test_no_pixels_cover_nothing():
    with pytest.raises(MissingDataError, match="there is nothing"):
        band_weights(np.array([]), (606.0, 630.0))
