"""Tools for Alexa+ and other assistants by the Model Context Protocol: it alone knows the SDK `mcp`, it speaks through
the port of `core`, it keeps nothing, and no rule of the conversation may enter.
"""
