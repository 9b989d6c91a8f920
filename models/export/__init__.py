"""Turns models of other projects into ONNX files that need no torch."""
