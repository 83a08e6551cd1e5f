"""The text detector and reader of PyPI's `rapidocr`, an optional extra, run on OpenVINO.

Its networks (PP-OCR, Apache-2.0) travel inside the package; nothing is downloaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geoloc_core.models.openvino_graph import import_openvino


def rapid_ocr(settings: dict[str, Any]) -> Any:
    """A `rapidocr.RapidOCR` with these settings of its own names.

    Raises ImportError where the package is not installed.
    """
    import_openvino()  # before rapidocr does, with its telemetry
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    whole: dict[str, Any] = {"Global.log_level": "error", "Global.use_cls": False}
    for part, file in (("Det", "PP-OCRv6_det_small.onnx"), ("Rec", "PP-OCRv6_rec_small.onnx")):
        whole[f"{part}.engine_type"] = rapidocr.EngineType.OPENVINO
        whole[f"{part}.model_path"] = str(models / file)  # never looked for elsewhere
    return rapidocr.RapidOCR(params=whole | settings)
