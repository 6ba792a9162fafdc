"""What the window costs: frames, the run's rate with and without it, memory over a night, time to the screen.

    QT_QPA_PLATFORM=offscreen python tests/benchmarks/window.py [frames] [rate] [night] [start]

Prints a table; everything if nothing is named. `start` needs Xvfb and xdotool.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "gui"))

N_PIXELS, N_DELAYS = 1024, 300
N_FRAMES = 100
N_PAIRS = 4


def frames() -> None:
    """Time a whole frame of the Light and of the Gain view: a map of 1024 x 300, its cuts, all painted.

    Processor time: what else the computer does is no matter.
    """
    from pyqtgraph.Qt import QtWidgets

    from qdlab.gui import main_window
    from qdlab.gui.look import A_STAR, DA, MapView, Seen

    window = main_window()
    window.pages.setCurrentWidget(window.live_page.widget)
    window.show()
    nm, delays_ps = np.linspace(480, 700, N_PIXELS), np.geomspace(0.1, 2500, N_DELAYS)
    t0_ps = 0.01 * (nm - 600.0)
    rng, live = np.random.default_rng(1), window.live_page
    values = rng.normal(0.0, 1e-3, (N_DELAYS, N_PIXELS)).astype(np.float32)
    live.follow.setChecked(False)
    for view, name, quantity in ((0, "map", DA), (2, "a_star", A_STAR)):
        live.choose(view)
        took_s = []
        for k in range(N_FRAMES):
            values[k % N_DELAYS] *= -1.0
            live.seen = Seen(**{name: MapView(nm, delays_ps, values.copy(), t0_ps, "", quantity)})
            start_s = time.process_time()
            live._draw()
            window.repaint()
            QtWidgets.QApplication.processEvents()
            took_s.append(time.process_time() - start_s)
        middle_s, slow_s = np.quantile(took_s, [0.5, 0.95])
        worst = f"95 % below {1e3 * slow_s:.1f} ms"
        say(f"frame of {name}: {1e3 * middle_s:.1f} ms, {worst}, {1 / middle_s:.0f} frames/s of one core")
    window.close()


def rate() -> None:
    """Measure the same run in real time with and without the window, in turn; compare its points' times."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["QDLAB_QUEUE"] = str(Path(folder) / "queue.sqlite")
        bench = Path(folder) / "bench.toml"
        bench.write_text(_paper_bench().replace('clock = "virtual"', 'clock = "wall"'), encoding="utf-8")
        took_s: dict[str, list[float]] = {"without": [], "with": []}
        for k in range(N_PAIRS):
            for name in ("without", "with") if k % 2 else ("with", "without"):
                out = Path(folder) / f"{name}{k}.h5"
                program = [sys.executable, __file__, "--run", name, str(bench), str(out)]
                subprocess.run(program, check=True)
                took_s[name].append(_duration_s(out))
        for name, durations in took_s.items():
            say(f"run {name:7} the window: {[f'{one:.2f}' for one in durations]} s")
        change = np.mean(took_s["with"]) / np.mean(took_s["without"]) - 1.0
        differences = np.array(took_s["with"]) / np.array(took_s["without"]) - 1.0
        error = differences.std(ddof=1) / np.sqrt(N_PAIRS)
        say(f"the window costs {100 * change:+.2f} ± {100 * error:.2f} % of the run's rate")


def _run(name: str, bench: str, out: str) -> None:
    """Carry the run of rate() out in this process."""
    from qdlab.app.parts import Recipe, carry_out, load_bench
    from qdlab.run import StopToken, ignore

    recipe = _recipe()
    if name == "without":
        source = {"procedure": "GainThresholdMap"}
        loaded = load_bench(bench)
        carry_out(Recipe(recipe, source), loaded, Path(out), force=False, stop=StopToken(), tell=ignore)
        return
    from pyqtgraph.Qt import QtWidgets
    from window_at_work import fill

    from qdlab.gui import main_window

    window = main_window(bench)
    fill(window, recipe)
    window.run_page.out.setText(out)
    window.run_page.plan()
    window.show()
    window.run_page.start()
    application = QtWidgets.QApplication.instance()
    while window.acquisition is not None:
        application.processEvents()
        time.sleep(0.002)
    window.close()


def _recipe() -> Any:
    from procedures import GainThresholdMap

    recipe = GainThresholdMap()
    recipe.potentials_v = [-0.3]
    recipe.excitons_per_dot = [0.5, 2.0]
    recipe.delays_ps = [-3.0, *np.geomspace(0.5, 100.0, 39).round(3).tolist()]
    recipe.n_shots = 1000
    recipe.n_scans = 10
    recipe.n_cycles = 1
    recipe.rate_v_s = 1.0
    recipe.step_v = 0.05
    recipe.steps_per_spectrum = 12
    recipe.settle_minimum_s = 3.0
    return recipe


def _paper_bench() -> str:
    from qdlab.app.parts import shipped_configs

    return shipped_configs()["paper_sim"].read_text(encoding="utf-8")


def _duration_s(path: Path) -> float:
    import qdlab

    with qdlab.open(path) as run:
        time_s = run["ta"]["time_s"].to_numpy()
    return float(time_s.max() - time_s.min())


def night() -> None:
    """Let 10^5 points go by, drawn as they come, and print the memory on the way."""
    from pyqtgraph.Qt import QtWidgets

    from procedures import GainThresholdMap
    from qdlab.app.parts import load_bench
    from qdlab.gui import main_window
    from qdlab.gui._mailbox import Latest
    from qdlab.gui.look import SecondLook
    from qdlab.plan import PumpPower, TaPoint

    recipe = GainThresholdMap()
    recipe.potentials_v = np.linspace(-0.3, -1.5, 20).tolist()
    recipe.excitons_per_dot = np.geomspace(0.05, 7.0, 20).tolist()
    recipe.delays_ps = np.linspace(-5.0, 1000.0, 250).tolist()
    recipe.n_shots = 8
    lab = load_bench("paper_sim").bench.describe()
    plan = recipe.plan(lab)
    window = main_window()
    window.pages.setCurrentWidget(window.live_page.widget)
    window.show()
    second, rng = SecondLook(plan, lab, {}), np.random.default_rng(1)
    stream, pump = plan.stream("ta"), plan.stream("pump")
    on, sequence = np.arange(8) % 2 == 0, np.arange(1, 9).astype(np.uint64)
    for n_points, index in enumerate(np.ndindex(*stream.shape), start=1):
        if index[-1] == 0:
            power_w = lab.pump_beam.power_w(stream.axes[1].values[index[1]])
            second.see(pump.slot(*index[:2]), PumpPower(0.0, 0.1, power_w, 0.0))
        shots = rng.integers(20_000, 40_000, (8, len(lab.wavelengths_nm)), dtype=np.uint16)
        da = rng.normal(0.0, 1e-3, shots.shape[1])
        second.see(stream.slot(*index), TaPoint(0.0, 10.0, -0.3, 0.0, shots, on, sequence, da, np.abs(da)))
        if n_points % 50 == 0:
            window.live_page.choose(n_points // 50 % 3)
            window.live_page.show(Latest(seen=second.seen()))
            QtWidgets.QApplication.processEvents()
        if n_points in (1000, 10_000, 25_000, 50_000, 75_000, 100_000):
            time.sleep(1.0)  # what is on its way to the second look is not what is kept
            gc.collect()
            say(f"{n_points:7} points: {_resident_mb():6.1f} MB")
    second.close()
    window.close()


def start() -> None:
    """Measure how long after the command something, and the whole window, are on the screen."""
    from screen import MISSING, screen, until

    if MISSING:
        say(f"start: not measured, {', '.join(MISSING)} not here")
        return
    program = [sys.executable, "-c", "from qdlab.app import main; main()", "gui"]
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder, screen() as at:
            env = {**at.env, "QDLAB_QUEUE": str(Path(folder) / "queue.sqlite")}
            start_s = time.perf_counter()
            window = subprocess.Popen(program, env=env, cwd=folder, stderr=subprocess.DEVNULL)
            until(lambda at=at: at.focused("qdlab"), "anything")
            first_s = time.perf_counter() - start_s
            until(lambda at=at: at.focused("Virtual"), "the window")
            say(f"first window after {first_s:.2f} s, the whole after {time.perf_counter() - start_s:.2f} s")
            window.terminate()
            window.wait()


def _resident_mb() -> float:
    """Return the memory in use now, where the system tells; else the most so far."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def say(line: str) -> None:
    """Print a line of the table."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if "--run" in sys.argv:
        _run(*sys.argv[2:])
    else:
        for measure in (frames, rate, night, start):
            if len(sys.argv) == 1 or measure.__name__ in sys.argv:
                measure()
