"""What docs/generate.py writes its pages with; no part of the package."""
