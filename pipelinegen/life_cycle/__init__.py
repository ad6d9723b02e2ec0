"""How stacks come, change and go: decisions over what AWS answers, without AWS's own library."""
