import { QRCode } from "antd";
import { AntdRoot } from "./AntdRoot";

/** A QR code, always dark on white: readers need the contrast in either theme. */
export function QrCode({ text, size = 148 }: { text: string; size?: number }) {
  return (
    <AntdRoot>
      <QRCode value={text} size={size} type="svg" color="black" bgColor="white" bordered />
    </AntdRoot>
  );
}
