"""The handlers: one module a theme, one class a module, all of them on the same house."""
