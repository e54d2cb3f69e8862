"""MiniStack. Only this room imports it: private parts of it are used here and hidden from the other rooms.

Public modules: ``release`` (the supported release), ``environment`` (the settings that MiniStack reads when it is
imported), ``application`` (MiniStack as one ASGI callable), and its parts under our own names: ``arns``, ``buckets``,
``event_bus``, ``inference_profiles``, ``metric_math``, ``metrics``, ``moment``, ``network``, ``queues``, ``refusals``,
``requests``, ``response_addresses``, ``rights``, ``sessions``, ``signing``; and what follows the simulated clock:
``alarms``, ``deliveries``, ``invocations``, ``schedules``. ``corrections`` changes what MiniStack does otherwise than
AWS; ``application`` installs it.

All modules but ``release``, ``environment``, ``arns``, ``metric_math`` and ``moment`` import MiniStack, so the
environment must be set first.
"""
