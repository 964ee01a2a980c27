"""From the tree and the facts of a run to the circuit."""
