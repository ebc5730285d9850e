"""The school: everything TensorFlow, and the generator of training pages. Imports the eye and the memory."""
