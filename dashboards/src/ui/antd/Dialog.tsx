import { Modal } from "antd";
import { AntdRoot } from "./AntdRoot";

interface DialogProps {
  open: boolean;
  title: React.ReactNode;
  onClose: () => void;
  width?: number;
  footer?: React.ReactNode;
  children: React.ReactNode;
}

/**
 * A dialog that keeps the focus inside and gives it back; closing is Escape, the cross or the footer's button.
 * It stands at once: while it grew from the pointer, a quick press began on a button and ended beside it.
 */
export function Dialog({ open, title, onClose, width = 560, footer = null, children }: DialogProps) {
  return (
    <AntdRoot>
      <Modal open={open} title={title} onCancel={onClose} footer={footer} width={width} maskClosable={false} destroyOnHidden centered transitionName="" maskTransitionName="">
        {children}
      </Modal>
    </AntdRoot>
  );
}
