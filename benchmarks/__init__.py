"""What the hot paths cost, each as a ratio to hand-written SQL that does the same in the same run."""
