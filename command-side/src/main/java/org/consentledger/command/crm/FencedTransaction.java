package org.consentledger.command.crm;

import org.consentledger.foundation.lease.Leases;
import org.consentledger.foundation.lease.Leases.Lease;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Begins each transaction of the sync by making sure that this process still has the lease. So a process that was
 * frozen while another one took over records nothing more.
 */
final class FencedTransaction extends TransactionTemplate {

    private final transient Leases leases;
    private transient volatile @Nullable Lease lease;

    FencedTransaction(PlatformTransactionManager transactions, Leases leases) {
        super(transactions);
        this.leases = leases;
    }

    /** Sets the lease of the transactions that follow. */
    void under(Lease acquired) {
        lease = acquired;
    }

    /** @throws org.consentledger.foundation.lease.LeaseLostException if the lease is lost */
    @Override
    public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
        return super.execute(status -> {
            var held = lease;
            if (held == null) {
                throw new IllegalStateException("The sync works only under a lease");
            }
            leases.require(held);
            return action.doInTransaction(status);
        });
    }
}
