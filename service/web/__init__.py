"""The pages that people look at: templates, styles, scripts, and the words they use."""
