"""Rights: licences and releases, and whether a use is allowed by them."""
