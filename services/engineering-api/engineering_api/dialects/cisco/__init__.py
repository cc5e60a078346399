"""What IOS, EOS and NX-OS say alike: places of their grammar by subject, which platforms include or extend."""
