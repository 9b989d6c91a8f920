"""Downloads: renditions by named presets, one by one or as a ZIP with a sheet of credits."""
