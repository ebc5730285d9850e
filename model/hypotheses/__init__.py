"""What each candidate is, as the networks say independently of each other, and one fitted decision about it."""
