"""Updates: received from Telegram into the inbox, and handled from there, fairly and in order per chat."""
