"""A smart speaker on your own machine: it stands outside the skill, and talks to it through Alexa's own envelopes."""
