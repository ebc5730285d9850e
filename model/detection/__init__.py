"""Finding digits and other marks in a whole photo with one small network."""
