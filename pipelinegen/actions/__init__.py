"""The ribs: a row of facts per provider, beside the function that needs more than facts."""
