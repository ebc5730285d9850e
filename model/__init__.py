"""The eye: photo bytes -> Reading. Imports neither the bot, the school nor the memory; never TensorFlow."""
