"""What people see: sentences, keyboards, pictures, and how readings and training runs are rendered as messages."""
