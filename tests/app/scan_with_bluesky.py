"""A stock Bluesky scan over the simulated stage and camera; prints its documents as JSON.

In a process of its own, because a RunEngine's thread ends only with its process.
"""

import json
import sys

import numpy as np
from bluesky import RunEngine
from bluesky.plan_stubs import mv
from bluesky.plans import scan

from qdlab.app.bluesky import bluesky_devices
from qdlab.app.config import load_bench, load_recipe


def main():
    loaded = load_bench("paper_sim", seed=1)
    sample = load_recipe("quick").experiment.plan(loaded.bench.describe()).sample
    engine, documents, refused = RunEngine({}, context_managers=[]), [], ""
    with bluesky_devices(loaded.bench, sample, loaded.clock, n_shots=200) as devices:
        delay, camera = devices["delay_ps"], devices["camera"]
        loaded.bench.sample_holder.select("film")
        engine(mv(devices["transmission"], 1.0))
        engine(scan([camera], delay, -5.0, 10.0, 4), lambda *document: documents.append(document))
        try:
            engine(mv(delay, 1e9))
        except Exception as error:
            refused = str(error)
        lit = [path for path, shutter in loaded.bench.shutters.items() if shutter.is_open]
    told = {"documents": documents, "refused": refused, "lit": lit, "band_nm": sample.band_nm}
    sys.stdout.write(json.dumps(told, default=np.ndarray.tolist))


main()
