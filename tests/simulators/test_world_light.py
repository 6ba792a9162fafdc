"""Light, noise and counts of the virtual laboratory, seen through its instruments."""

from __future__ import annotations

import json

import numpy as np
import pytest
from virtual_laboratory import Laboratory, open_laboratory

from simulators import World
from simulators.world.optics import chirp_ps, rise, white_light

QUIET_PROBE = {"pulse_noise": 0.0}


def test_the_probe_is_smooth_not_flat_and_nearly_fills_the_camera() -> None:
    lab = open_laboratory()
    lab.light("probe")
    mean = lab.point(100.0, 400).shots.mean(axis=0)
    assert 48_000.0 < mean.max() < 50_000.0
    assert 0.35 < (mean.min() - 600.0) / (mean.max() - 600.0) < 0.7
    assert np.abs(np.diff(white_light(lab.camera.wavelengths_nm))).max() < 0.002


def test_single_shots_have_the_noise_of_their_electrons() -> None:
    lab = open_laboratory(probe=QUIET_PROBE)
    lab.light("probe")
    shots = lab.point(100.0, 2000).shots[::2].astype(np.float64)
    electrons = (shots.mean(axis=0) - 600.0) * 6.25
    expected = np.sqrt(electrons + 30.0**2) / 6.25
    ratio = shots.std(axis=0, ddof=1) / expected
    assert ratio.mean() == pytest.approx(1.0, abs=4 * 1 / np.sqrt(2 * 1000 * 1024))
    assert ratio.std() == pytest.approx(1 / np.sqrt(2 * 999), rel=0.1)


def test_a_pair_of_shots_has_the_shot_noise_the_brightest_pixel_should_have() -> None:
    lab = open_laboratory(probe=QUIET_PROBE)
    lab.light("probe")
    block = lab.point(100.0, 4000)
    brightest = np.argmax(white_light(lab.camera.wavelengths_nm))
    light = block.shots[:, brightest - 5 : brightest + 5].astype(np.float64) - 600.0
    pairs = np.log10(light[0::2] / light[1::2])
    assert pairs.std() == pytest.approx(1.12e-3, rel=0.02)  # sqrt(2/3e5)/ln 10


def test_pulse_noise_is_common_to_all_pixels_and_the_pixels_noise_is_not() -> None:
    lab = open_laboratory()
    lab.light("probe")
    light = lab.point(100.0, 2000).shots.astype(np.float64)[::2] - 600.0
    relative = light / light.mean(axis=0)
    left, right = relative[:, :512].mean(axis=1), relative[:, 512:].mean(axis=1)
    assert left.std() == pytest.approx(0.005, rel=0.1)
    assert np.corrcoef(left, right)[0, 1] > 0.99
    own = relative - relative.mean(axis=1, keepdims=True)
    assert abs(np.corrcoef(own[:, 100], own[:, 900])[0, 1]) < 0.12


def test_without_light_the_camera_shows_its_dark_level_and_its_two_converters() -> None:
    lab = open_laboratory()
    block = lab.point(100.0, 1000)
    odd = block.sequence % 2 == 1
    assert block.shots[~odd].mean() == pytest.approx(600.0, abs=0.05)
    assert block.shots[odd].mean() - block.shots[~odd].mean() == pytest.approx(1.5, abs=0.05)
    assert block.shots[~odd].std() == pytest.approx(30.0 / 6.25, rel=0.01)


def test_too_much_light_is_clipped() -> None:
    bright = open_laboratory(probe={"electrons": 6e5})
    bright.light("probe", "lamp")
    bright.spectrometer.set_integration(0.03)
    for counts, limit in (
        (bright.point(100.0, 4).shots, bright.camera.saturation_counts),
        (bright.spectrometer.read(3).counts, bright.spectrometer.saturation_counts),
    ):
        assert counts.max() == limit
        assert 0.1 < np.mean(counts == limit) < 0.9
    lower = open_laboratory(faces={"camera": {"saturation_counts": 16383}})
    lower.light("probe")
    assert lower.point(100.0, 4).shots.max() == 16383


def test_a_second_looks_the_same_for_the_same_seed_only() -> None:
    def record(seed: int) -> tuple[np.ndarray, ...]:
        lab = open_laboratory(seed=seed)
        lab.pump_probe(1.0)
        lab.charge(-1.2)
        power_w, reading = lab.meter.read_power_w(), lab.potentiostat.measure()
        shots = lab.point(5.0, 20).shots
        lab.light("lamp")
        return shots, lab.spectrometer.read(3).counts, np.array([power_w, reading.current_a])

    first, again, other = record(7), record(7), record(8)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_a_noise_of_its_own_for_every_instrument() -> None:
    """Reading the power more often must not change what the camera sees."""
    quiet, busy = open_laboratory(), open_laboratory()
    busy.meter.read_power_w()
    busy.potentiostat.measure()
    for lab in (quiet, busy):
        lab.clock.sleep(1.0 - lab.clock.now_s)
        lab.light("probe")
    assert np.array_equal(quiet.point(100.0, 10).shots, busy.point(100.0, 10).shots)


def test_a_bleach_is_negative_and_stands_5_ps_after_time_zero() -> None:
    lab = open_laboratory(probe=QUIET_PROBE)
    lab.pump_probe(1.0)
    wavelengths_nm = lab.camera.wavelengths_nm
    band = (wavelengths_nm >= 606.0) & (wavelengths_nm <= 630.0)
    before, after = lab.delta_a(-5.0, 2000), lab.delta_a(5.0, 2000)
    assert (after - before)[band].mean() == pytest.approx(-8.0e-3, rel=0.05)
    assert (after - before)[wavelengths_nm > 660.0].mean() == pytest.approx(0.0, abs=5e-5)


def test_even_and_odd_converters_mimic_a_pump_before_time_zero() -> None:
    lab = open_laboratory(probe=QUIET_PROBE)
    lab.pump_probe(1.0)
    expected = np.log10(1.0 + 1.5 / (48_000.0 * white_light(lab.camera.wavelengths_nm)))
    before = lab.delta_a(-20.0, 6000)
    assert np.mean(before / expected) == pytest.approx(1.0, abs=0.1)


def test_the_artefact_shows_the_chirp_at_every_wavelength() -> None:
    lab = open_laboratory(probe=QUIET_PROBE)
    lab.pump_probe(1.0)
    lab.world.sample = "blank"
    delays_ps = np.arange(-1.4, 1.0, 0.05)
    background = lab.delta_a(-20.0, 2000)
    seen = np.array([lab.delta_a(delay_ps, 400) - background for delay_ps in delays_ps])
    seen = seen.reshape(len(delays_ps), 32, 32).mean(axis=-1)
    wavelengths_nm = lab.camera.wavelengths_nm.reshape(32, 32).mean(axis=-1)
    middle_ps = (delays_ps[seen.argmax(axis=0)] + delays_ps[seen.argmin(axis=0)]) / 2.0
    chirp = chirp_ps(wavelengths_nm, lab.world.options.probe)
    assert middle_ps == pytest.approx(chirp, abs=0.06)
    assert 0.7 < np.ptp(chirp) < 1.3
    assert chirp.min() < 0.0 < chirp.max()
    assert seen.max(axis=0) == pytest.approx(1.5e-3, rel=0.2)


def test_the_artefact_scales_with_the_pump() -> None:
    lab = open_laboratory()
    view = lab.world._view(lab.camera.wavelengths_nm)
    full_cm2 = lab.world.options.pump.full_fluence_cm2
    assert view.artefact(0.2, 0.1 * full_cm2) == pytest.approx(0.1 * view.artefact(0.2, full_cm2))


def test_the_rise_is_an_exponential_smeared_by_the_response() -> None:
    time_ps = np.arange(-20.0, 40.0, 0.01)
    sharp = np.where(time_ps > 0.0, 1.0 - np.exp(-np.clip(time_ps, 0.0, None) / 0.5), 0.0)
    kernel = np.exp(-0.5 * (np.arange(-2.0, 2.001, 0.01) / 0.15) ** 2)
    smeared = np.convolve(sharp, kernel / kernel.sum(), mode="same")
    inner = slice(300, -300)
    assert rise(time_ps, 0.5, 0.15)[inner] == pytest.approx(smeared[inner], abs=1e-3)
    assert rise(np.array([-3000.0, 3000.0]), 0.5, 0.15) == pytest.approx([0.0, 1.0])


def test_time_zero_is_where_the_world_has_it_not_where_the_bench_believes_it() -> None:
    lab = open_laboratory(probe={"time_zero_mm": 12.0})
    lab.stage.start_move(12.0 + 0.149896229)
    lab.stage.wait(10.0)
    assert lab.world.delay_ps == pytest.approx(1.0, abs=1e-3)


def test_a_closed_pump_shutter_or_a_standing_chopper_leaves_nothing_to_compare() -> None:
    lab = open_laboratory(probe=QUIET_PROBE)
    lab.pump_probe(1.0)
    band = np.abs(lab.camera.wavelengths_nm - 618.0) < 12.0
    bleach = lab.delta_a(5.0, 1000)[band].mean()
    lab.light("probe")
    assert abs(lab.delta_a(5.0, 1000)[band].mean()) < 0.02 * abs(bleach)
    lab.light("pump", "probe")
    lab.chopper.stop()
    block = lab.point(5.0, 1000)
    even = block.sequence % 2 == 0
    light = block.shots[:, band].astype(np.float64) - 600.0
    assert not block.pump_on.any()
    assert abs(np.log10(light[even].mean() / light[~even].mean())) < 0.02 * abs(bleach)


def test_pump_scatter_reaches_pumped_shots_only() -> None:
    lab = open_laboratory(pump={"scatter_electrons": 625.0})
    lab.light("pump")
    lab.chopper.start()
    lab.attenuator.set_transmission(0.5)
    block = lab.point(5.0, 1000)
    dark = {on: block.shots[block.pump_on == on].mean() for on in (True, False)}
    assert dark[True] - dark[False] == pytest.approx(50.0 - 1.5, abs=0.2)


def test_the_power_meter_sees_half_the_pulses_behind_the_chopper() -> None:
    lab = open_laboratory()
    lab.light("pump")
    lab.attenuator.set_transmission(1.0)

    def power_w() -> float:
        return float(np.mean([lab.meter.read_power_w() for _ in range(100)]))

    photon_j = 6.62607e-34 * 2.99792e8 / 400e-9
    pulse_j = 2.7e14 * np.pi * 0.1**2 * photon_j
    assert power_w() == pytest.approx(5000.0 * pulse_j, rel=0.003)
    lab.chopper.start()
    assert power_w() == pytest.approx(2500.0 * pulse_j, rel=0.003)
    lab.meter.set_wavelength(800.0)
    assert power_w() == pytest.approx(1250.0 * pulse_j, rel=0.003)
    lab.light()
    assert abs(power_w()) < 1e-7


def test_the_fibre_spectrometer_sees_the_film_absorb() -> None:
    lab = open_laboratory()
    seen, wavelengths_nm = lab.absorbance(), lab.spectrometer.wavelengths_nm
    quiet = (wavelengths_nm > 660.0) & (wavelengths_nm < 800.0)
    band = (wavelengths_nm >= 606.0) & (wavelengths_nm <= 630.0)
    assert (seen - seen[quiet].mean())[band].mean() == pytest.approx(4.03e-3, abs=6e-5)


def test_ten_milliseconds_nearly_fill_the_spectrometer_and_longer_means_more_light() -> None:
    lab = open_laboratory(fibre={"noise": 0.0})
    lab.light("lamp")

    def level(integration_s: float) -> float:
        lab.spectrometer.set_integration(integration_s)
        return float(lab.spectrometer.read(20).counts.mean(axis=0).max())

    assert level(0.01) / 65_535.0 == pytest.approx(0.72, abs=0.02)
    assert (level(0.01) - 1500.0) / (level(0.002) - 1500.0) == pytest.approx(5.0, rel=0.03)


def test_charging_quenches_the_photoluminescence() -> None:
    lab = open_laboratory()
    lab.light("excitation")
    lab.spectrometer.set_integration(0.01)
    peak = np.argmin(np.abs(lab.spectrometer.wavelengths_nm - 625.0))

    def glow(lab: Laboratory = lab) -> float:
        return float(lab.spectrometer.read(50).counts[:, peak].mean() - 1500.0)

    lab.charge(-0.3)
    neutral = glow()
    lab.charge(-1.5)
    assert glow() == pytest.approx(0.02 * neutral, rel=0.1)
    lab.world.sample = "blank"
    assert glow() == pytest.approx(0.0, abs=20.0)


def test_lamp_and_excitation_drift_and_flicker() -> None:
    lab = open_laboratory(fibre={"drift_per_hour": 0.1, "noise": 0.01})
    lab.light("lamp")
    lab.spectrometer.set_integration(0.01)

    def levels() -> np.ndarray:
        return np.asarray((lab.spectrometer.read(400).counts.astype(float) - 1500.0).mean(axis=1))

    first = levels()
    lab.clock.sleep(3600.0)
    assert first.std() / first.mean() == pytest.approx(0.01, rel=0.15)
    assert levels().mean() / first.mean() == pytest.approx(1.1, abs=0.005)


def test_the_pump_bleaches_slowly_if_it_is_told_to() -> None:
    lab = open_laboratory(film={"bleaching_per_hour": 1.0})
    wavelengths_nm, band = lab.camera.wavelengths_nm, np.abs(lab.camera.wavelengths_nm - 618.0) < 12.0

    def absorbance() -> float:
        lab.light("probe")
        lights = []
        for lab.world.sample in ("film", "blank"):
            lights.append(lab.world.probe_light(wavelengths_nm).unpumped[band])
        return float(-np.log10(lights[0] / lights[1]).mean())

    fresh = absorbance()
    lab.clock.sleep(3600.0)
    assert absorbance() == pytest.approx(fresh)
    lab.light("pump")
    lab.clock.sleep(3600.0)
    assert absorbance() == pytest.approx(np.exp(-1.0) * fresh)


def test_the_truth_is_plain_data_and_complete() -> None:
    lab = open_laboratory(seed=5, cell={"v_half_v": -1.1})
    truth = json.loads(json.dumps(lab.world.truth()))
    assert World.Options.model_validate(truth["options"]) == lab.world.options
    assert truth["seed"] == 5
    assert truth["filling"] == {"v_half_v": -1.1, "width_v": 0.045, "g_e": 2}
    assert truth["n_x_at_full_fluence"] == pytest.approx(8.13, abs=0.01)
    assert truth["n_gain"]["0.0"] == pytest.approx(1.5423, abs=1e-4)
    chirp = truth["chirp"]
    u = (lab.camera.wavelengths_nm - chirp["centre_nm"]) / chirp["span_nm"]
    stated = sum(c * u**k for k, c in enumerate(chirp["coefficients_ps"]))
    assert stated == pytest.approx(chirp_ps(lab.camera.wavelengths_nm, lab.world.options.probe))
