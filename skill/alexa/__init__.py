"""Translates between Alexa and `core`, for the app and Lambda; it alone knows Amazon's classes, Flask and
certificates, and no rule of the conversation may enter.
"""
