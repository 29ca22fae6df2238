"""Answers a turn in words: it joins content, dialog, exercises, nlu and settings for every speaker, and nothing of
any one speaker may enter.
"""
