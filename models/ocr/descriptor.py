"""PP-OCRv6 small, as the package ``rapidocr`` carries it."""

from __future__ import annotations

from models.descriptor import ModelDescriptor, ModelFile

PP_OCR = ModelDescriptor(
    name="pp-ocrv6-small",
    task="ocr",
    dimension=0,
    look_dimension=0,
    fit=None,
    source="PaddleOCR's PP-OCRv6_small_det and PP-OCRv6_small_rec, ONNX, from the package "
    "rapidocr 3.10.0",
    revision="3.10.0",
    files=(
        ModelFile(
            role="detector",
            path="models/PP-OCRv6_det_small.onnx",
            package="rapidocr",
            sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
            size=9_929_594,
        ),
        ModelFile(
            role="recogniser",
            path="models/PP-OCRv6_rec_small.onnx",
            package="rapidocr",
            sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
            size=21_234_383,
        ),
    ),
    licence="Apache-2.0",
    commercial="yes",
    note="Printed text of 50 languages in Latin, Chinese and Japanese script.",
)
