"""The processes that share a database: which of them live, and how they tell each other what has changed."""
