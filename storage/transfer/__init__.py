"""Moving everything that a database holds into another, of the same system or of another."""
