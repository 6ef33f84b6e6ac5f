"""The whole story on real parts, told from outside: REST, MQTT, WebSocket and key files only."""
