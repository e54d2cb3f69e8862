"""MiniStack, and the only room that imports it: private parts of it are used here and hidden from the other rooms.

Public modules: ``release`` (which MiniStack fits), ``environment`` (what it reads when it is imported), ``application``
(all of it behind one ASGI callable), and what it knows, in our own words: ``arns``, ``buckets``, ``event_bus``,
``inference_profiles``, ``network``, ``refusals``, ``requests``, ``response_addresses``, ``rights``, ``sessions``,
``signing``. What MiniStack does otherwise than AWS is set right in ``corrections``, which ``application`` installs.

Everything but ``release``, ``environment`` and ``arns`` imports MiniStack, and so needs the environment first.
"""
