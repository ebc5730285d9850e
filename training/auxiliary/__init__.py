"""The networks that help recognition beside the classifier, each trained and exported by one command."""
