"""Handler of the custom resource `Custom::BedrockModelInvocationJob`: one declared run is one paid job."""
