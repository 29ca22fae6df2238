"""What answers what: a request and a session go in, the turn that answers and the next session come out.

The rule of the room: nothing here reads, waits, draws lots or knows a speaker, so that every answer can be tested as a
row of a table. It uses the standard library and the lengths of `skill.exercises.patterns`; `skill.core` and
`skill.settings` use it, and `skill.alexa` and `skill.lint` through the values of `model` and `state`.
"""
