"""A window in a process of its own that begins a long run by itself; to be killed by a test."""

import sys
from pathlib import Path

from window_at_work import fill

from procedures import GainThresholdMap
from qdlab.gui import main_window


def main(out: Path) -> None:
    import pyqtgraph as pg

    recipe = GainThresholdMap()
    recipe.potentials_v = [-0.3]
    recipe.excitons_per_dot = [0.5]
    recipe.delays_ps = [-3.0, *(k / 10 for k in range(400))]
    recipe.time_zero_delays_ps = [-0.2, 0.0, 0.2]
    recipe.n_shots = recipe.n_dark_shots = 8
    recipe.n_scans = 4
    recipe.n_cycles = 1
    recipe.step_v = 0.1
    recipe.steps_per_spectrum = 6
    recipe.settle_minimum_s = 3.0
    window = main_window()
    fill(window, recipe)
    window.run_page.out.setText(str(out))
    window.run_page.start()
    window.show()
    pg.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
