"""What the requests and the skill under load have to agree on."""

APPLICATION = "amzn1.ask.skill.00000000-0000-4000-8000-000000000000"
SECRET = "a secret of the benchmark's"
