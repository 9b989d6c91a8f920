"""Uploads that go on after a break: the tus protocol, version 1.0.0 (https://tus.io)."""
