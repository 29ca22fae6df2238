"""A conversation agent for Home Assistant and other local voices by the Wyoming protocol: it alone knows the package
`wyoming`, it speaks through the port of `core`, and no rule of the conversation may enter.
"""
