"""The page of a report, and what its figures show."""

CAPTIONS = {
    "threshold_curve": "Gain threshold against injected electrons, with the counting model, not fitted.",
    "threshold_determination": "How each threshold is found: the band bleach has to reach "
    "the level A0 + dA_SEC (dashed). Shaded: 68 % interval of the crossing.",
    "wavelength_thresholds": "Threshold of every wavelength, least and most doped film: for "
    "transparency, and for the gain that makes up for the losses of a laser. Triangles are limits.",
    "gain_coefficient": "Gain coefficient of the 1S band against excitation.",
    "gain_lifetime": "How long the 1S band amplifies, with the Auger model at the measured doping."
    " The model is not fitted.",
    "gain_maps": "Excited-state absorption A* of the least and the most doped film. Colour: gain.",
    "gain_spectra": "Excited-state absorption spectra at the gain delay, for all excitations.",
    "sec_map": "Absorption change along the potential sweep; absorption of the held film.",
    "charging": "Injected electrons and photoluminescence against potential.",
    "transient_map": "Transient absorption of the film at its first potential, highest fluence.",
    "kinetics": "Transient absorption over delay at some wavelengths, first potential, highest fluence.",
    "chirp": "Time zero over wavelength, from the coherent artefact.",
}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$title</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.7rem; text-align: right; border-bottom: 1px solid #ddd; }
table.facts th, table.facts td { text-align: left; font-weight: normal; vertical-align: top; }
table.facts th { color: #666; }
figure { margin: 1.5rem 0; } img { max-width: 100%; } figcaption { color: #555; font-size: 0.9rem; }
details { margin: 1rem 0; } summary { cursor: pointer; }
</style>
</head>
<body>
<h1>$title</h1>
<p>Absorbance here is $quantity.</p>
<h2>Gain thresholds of the 1S band</h2>
$thresholds
$facts
<h2>Notes</h2>
$notes
<h2>Figures</h2>
$figures
<details><summary>Choices of the reduction</summary>
$choices
</details>
<details><summary>Where this comes from</summary>
$provenance
</details>
</body>
</html>
"""
