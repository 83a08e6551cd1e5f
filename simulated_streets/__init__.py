"""Simulated street view: a data set of rendered panoramas of India, the same for everybody.

This package is optional: the app, training, evaluation and the audit run without it and without
what it needs (requirements-streets.txt). It uses geoloc_core, never the reverse. Its door is
`simulated_streets.dataset`:

- `simulate` renders a data set into a folder (python -m simulated_streets);
- `plan` gives the manifest that `simulate` would write, without rendering;
- `render_row` renders one image of a manifest again, byte for byte.

`scenes` describes a place as a scene, `renderer` draws it.
"""
