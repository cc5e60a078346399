"""What RouterOS's sections and commands say."""
