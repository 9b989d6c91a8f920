"""Tags: terms of a vocabulary scored from every signal, calibrated, and held to the rules."""
