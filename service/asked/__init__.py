"""What people ask for, counted without saying who asked."""
