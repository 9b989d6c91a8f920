"""What moves and sounds: shots, key frames, copies for browsers, and what is said."""
