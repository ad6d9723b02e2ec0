"""What we generate around the pipeline, one kind a module; values out, nothing rendered."""
